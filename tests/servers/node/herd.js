// Clients that come back: `node herd.js PORT COUNT STRATEGY` holds COUNT
// connections, and after each end or failure tries again by its strategy:
// fixed = 1 s, exp = 1, 2, 4 … s, both without jitter; full = exp with full jitter.
// Says when all are in, and when the first one tries again.
const { WebSocket } = require('ws');

const [port, count, strategy] = process.argv.slice(2);
const longest = 60;
let open = 0;
let complete = false;
let retried = false;

function delay(attempt) {
  if (strategy === 'fixed') return 1000;
  const backoff = 1000 * Math.min(2 ** attempt, longest);
  return strategy === 'full' ? Math.random() * backoff : backoff;
}

function connect(attempt) {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
  let stable;
  ws.on('open', () => {
    open += 1;
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
    setTimeout(() => {
      if (complete && !retried) {
        retried = true;
        console.log(`first retry ${new Date().toISOString()}`);
      }
      connect(attempt + 1);
    }, delay(attempt));
  });
}

for (let n = 0; n < Number(count); n += 1) setTimeout(connect, n, 0);
