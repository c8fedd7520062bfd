// The event loop is blocked 800 of every 1000 ms: the kernel completes TCP
// handshakes at once, everything the loop does waits.
const http = require('http');
const { WebSocketServer } = require('ws');
const listen = require('./listen');

const server = http.createServer();
new WebSocketServer({ server });
setInterval(() => {
  const end = performance.now() + 800;
  while (performance.now() < end);
}, 1000);
listen(server);
