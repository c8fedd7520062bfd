// One process of a service as they are deployed. SIGTERM closes all with 1012 and ends.
// In the environment: LIMIT, how many are let in (others get 1013); BLOCK=MS/EVERY,
// the event loop is blocked so long so often, once SIGUSR2 has come; WORK=MS/EVERY, the
// same in time of the processor; DIES, after so many ms it ends with status 1;
// FEED=BYTES/EVERY, what each client is sent; LEAK=1, it closes no socket that the other
// side has closed; STALL=MS, it stands still once for so long when SIGUSR2 comes;
// DEADLINE=MS, it ends who has not pinged for so long.
const http = require('http');
const { WebSocketServer } = require('ws');
const listen = require('./listen');

const {
  LIMIT = 'Infinity', BLOCK = '', WORK = '', DIES = '', FEED = '', LEAK = '', STALL = '',
  DEADLINE = '',
} = process.env;
const server = http.createServer();
const wss = new WebSocketServer({ server });

wss.on('connection', (ws) => {
  ws.on('error', () => {});
  if (wss.clients.size > Number(LIMIT)) ws.close(1013, 'Try Again Later');
});

if (LEAK) {
  const kept = new Set();
  server.on('connection', (socket) => {
    kept.add(socket);
    socket.end = () => socket;
    socket.destroy = () => socket;
    socket.destroySoon = () => {};
  });
}

process.on('SIGTERM', () => {
  server.close();
  for (const ws of wss.clients) ws.close(1012, 'Service Restart');
  setTimeout(() => process.exit(0), 500);
});

if (DEADLINE) {
  wss.on('connection', (ws) => {
    const late = () => setTimeout(() => ws.terminate(), Number(DEADLINE));
    let timer = late();
    ws.on('ping', () => {
      clearTimeout(timer);
      timer = late();
    });
    ws.on('close', () => clearTimeout(timer));
  });
}

process.on('SIGUSR2', () => {
  if (STALL) {
    const end = performance.now() + Number(STALL);
    while (performance.now() < end);
    return;
  }
  const now = () => (WORK ? process.cpuUsage().user / 1000 : performance.now());
  const [long, every] = (WORK || BLOCK).split('/').map(Number);
  setInterval(() => {
    const end = now() + long;
    while (now() < end);
  }, every);
});

if (DIES) {
  setTimeout(() => {
    console.error('TypeError: undefined is not a function');
    process.exit(1);
  }, Number(DIES));
}

if (FEED) {
  const [bytes, every] = FEED.split('/').map(Number);
  setInterval(() => {
    for (const ws of wss.clients) ws.send(Buffer.alloc(bytes, 1));
  }, every);
}

listen(server);
