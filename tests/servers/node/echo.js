// Takes everybody in and sends back what it is sent.
// `node echo.js deflate` agrees to permessage-deflate; ws does not by default.
const http = require('http');
const { WebSocketServer } = require('ws');
const listen = require('./listen');

const server = http.createServer((_, response) => response.writeHead(426).end('Upgrade Required'));
new WebSocketServer({ server, perMessageDeflate: process.argv[2] === 'deflate' })
  .on('connection', (ws) => ws.on('message', (data, isBinary) => ws.send(data, { binary: isBinary })));
listen(server);
