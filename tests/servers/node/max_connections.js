// net.Server.maxConnections: one client fits, and it is our own. Whoever else
// comes is dropped right after the TCP handshake, by FIN or RST: a race.
const http = require('http');
const net = require('net');
const { WebSocketServer } = require('ws');

const server = http.createServer();
new WebSocketServer({ server });
server.maxConnections = 1;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  server.once('connection', () => console.log(`listening on 127.0.0.1:${port}`));
  net.connect(port, '127.0.0.1');
});
