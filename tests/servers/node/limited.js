// Admission control after the handshake, as the ws documentation shows it:
// `node limited.js 1` lets one client stay and closes the others with 1013.
const http = require('http');
const { WebSocketServer } = require('ws');
const listen = require('./listen');

const limit = Number(process.argv[2]);
const server = http.createServer();
const wss = new WebSocketServer({ server });
wss.on('connection', (ws) => {
  if (wss.clients.size > limit) ws.close(1013, 'Try Again Later');
});
listen(server);
