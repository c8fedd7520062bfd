// Clients that come back: `node herd.js PORT COUNT STRATEGY` holds COUNT
// connections, and after each end or failure tries again by its strategy:
// fixed = 1 s, exp = 1, 2, 4 … s, both without jitter; full = exp with full jitter;
// gone = not at all. Says when the first one sets out, when it is in, when all are, and
// when the first one tries again.
// In the environment, in ms: BASE, what stands here as 1 s; STEP, between one client
// and the next at the start (1); STAY, `FROM-TO`, after which one leaves by itself.
// DEAF=1 reads nothing once it is in; PING, how often it pings. URL_PATH is what it asks
// for, SCHEME=wss by TLS, LOCAL the address it comes from.
const { WebSocket } = require('ws');

const [port, count, strategy] = process.argv.slice(2);
const {
  BASE = 1000, STEP = 1, STAY = '', DEAF = '', PING = '', URL_PATH = '/', SCHEME = 'ws', LOCAL = '',
} = process.env;
const stay = STAY.split('-').map(Number);
const longest = 60;
let open = 0;
let complete = false;
let retried = false;

function delay(attempt) {
  if (strategy === 'fixed') return Number(BASE);
  const backoff = BASE * Math.min(2 ** attempt, longest);
  return strategy === 'full' ? Math.random() * backoff : backoff;
}

function connect(attempt) {
  const trusting = { perMessageDeflate: false, rejectUnauthorized: false };
  if (LOCAL) trusting.localAddress = LOCAL;
  const ws = new WebSocket(`${SCHEME}://127.0.0.1:${port}${URL_PATH}`, trusting);
  let stable;
  ws.on('open', () => {
    open += 1;
    if (open === 1 && !complete) console.log(`first in ${new Date().toISOString()}`);
    if (DEAF) {
      ws.pause();
      // Nothing that is not read keeps the process.
      setInterval(() => {}, 60000);
    }
    if (PING) {
      const pings = setInterval(() => ws.ping(), Number(PING));
      ws.on('close', () => clearInterval(pings));
    }
    if (STAY) setTimeout(() => ws.close(1000), stay[0] + Math.random() * (stay[1] - stay[0]));
    // Reset only once it has lasted: 1013 comes after the open event.
    stable = setTimeout(() => { attempt = 0; }, 5000);
    if (open === Number(count) && !complete) {
      complete = true;
      console.log(`all ${open} are in`);
    }
  });
  ws.on('error', () => {});
  ws.on('close', () => {
    if (stable) {
      open -= 1;
      clearTimeout(stable);
    }
    if (strategy === 'gone') return;
    setTimeout(() => {
      if (complete && !retried) {
        retried = true;
        console.log(`first retry ${new Date().toISOString()}`);
      }
      connect(attempt + 1);
    }, delay(attempt));
  });
}

console.log(`first attempt ${new Date().toISOString()}`);
for (let n = 0; n < Number(count); n += 1) setTimeout(connect, n * STEP, 0);
