// Ends connections in the way it is told in the environment: CODE and REASON, with which
// Close frame it turns everybody away; STATUS, with which answer to the upgrade; IDLE, after
// so many ms without a byte it cuts a connection; AGE, that old it closes one, which it
// sends something each second. With KEY and CERT it speaks TLS. LOG, a file that gets a line
// for each that it turns away. SIGTERM closes all with 1012 and ends.
const fs = require('fs');
const http = require('http');
const https = require('https');
const { WebSocketServer } = require('ws');
const listen = require('./listen');

const {
  CODE = '', REASON = '', STATUS = '', IDLE = '', AGE = '', KEY = '', CERT = '', LOG = '',
} = process.env;
const log = LOG ? fs.createWriteStream(LOG, { flags: 'a' }) : null;
const server = KEY
  ? https.createServer({ key: fs.readFileSync(KEY), cert: fs.readFileSync(CERT) })
  : http.createServer();

if (STATUS) {
  server.on('upgrade', (_, socket) => {
    socket.on('error', () => {});
    socket.end(`HTTP/1.1 ${STATUS} Refused\r\nConnection: close\r\nContent-Length: 4\r\n\r\nfull`);
  });
} else {
  const wss = new WebSocketServer({ server });
  wss.on('connection', (ws) => {
    ws.on('error', () => {});
    if (CODE) ws.close(Number(CODE), REASON);
    if (CODE && log) {
      log.write(`${new Date().toISOString()} INFO websocket closed code=${CODE}\n`);
    }
    if (AGE) {
      const chat = setInterval(() => ws.send('x'), 1000);
      ws.on('close', () => clearInterval(chat));
      setTimeout(() => ws.close(4001, 'token expired'), Number(AGE));
    }
    // ws takes the socket's own timeout away.
    if (IDLE) ws._socket.setTimeout(Number(IDLE), () => ws.terminate());
  });
  process.on('SIGTERM', () => {
    server.close();
    for (const ws of wss.clients) ws.close(1012, 'Service Restart');
    setTimeout(() => process.exit(0), 500);
  });
}

listen(server);
