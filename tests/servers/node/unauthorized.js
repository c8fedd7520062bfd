// ws with a verifyClient that says no: 401.
const http = require('http');
const { WebSocketServer } = require('ws');
const listen = require('./listen');

const server = http.createServer();
new WebSocketServer({ server, verifyClient: () => false });
listen(server);
