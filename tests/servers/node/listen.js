// Listens on a free port of 127.0.0.1, or on $PORT, and says which: the tests
// wait for this line.
module.exports = function listen(server) {
  server.listen(Number(process.env.PORT || 0), '127.0.0.1', () => {
    console.log(`listening on 127.0.0.1:${server.address().port}`);
  });
};
