// An upgrade handler that forgets the socket: no answer, ever.
const http = require('http');
const listen = require('./listen');

const server = http.createServer();
server.on('upgrade', () => {});
listen(server);
