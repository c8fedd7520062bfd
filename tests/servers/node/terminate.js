// Drops the connection once open, without a Close frame: 1006.
const http = require('http');
const { WebSocketServer } = require('ws');
const listen = require('./listen');

const server = http.createServer();
new WebSocketServer({ server }).on('connection', (ws) => ws.terminate());
listen(server);
