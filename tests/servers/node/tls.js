// wss:// only: `node tls.js KEY CERT`.
const fs = require('fs');
const https = require('https');
const { WebSocketServer } = require('ws');
const listen = require('./listen');

const [, , key, cert] = process.argv;
const server = https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) });
new WebSocketServer({ server });
listen(server);
