// Admission control before the handshake: 503 and when to come back.
const http = require('http');
const listen = require('./listen');

const server = http.createServer();
server.on('upgrade', (_, socket) => {
  socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\n'
    + 'Connection: close\r\nContent-Length: 11\r\n\r\nserver full');
});
listen(server);
