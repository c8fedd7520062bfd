// Drops the socket on upgrade: FIN instead of an answer.
const http = require('http');
const listen = require('./listen');

const server = http.createServer();
server.on('upgrade', (_, socket) => socket.destroy());
listen(server);
