// A server in front of the bank that a test can stop and start again at the same address, and that answers some addresses itself: the keys and
// lists of a bank whose secrets are not ours.
import http from 'node:http';

/** `own` is a map from path to [type, text]; everything else is the bank's to answer. */
export async function openFront(bank, own) {
  const answer = (request, response) => {
    const path = request.url.split('?')[0];
    if (own.has(path)) {
      const [type, text] = own.get(path);
      response.writeHead(200, { 'content-type': type, 'cache-control': 'public, max-age=1', vary: 'accept' }).end(text);
      return;
    }
    const { hostname, port } = new URL(bank);
    const asked = http.request({ hostname, port, path: request.url, method: request.method, headers: { ...request.headers, host: `${hostname}:${port}` } }, given => {
      response.writeHead(given.statusCode, given.headers);
      given.pipe(response);
    });
    asked.on('error', () => response.destroy());
    request.pipe(asked);
  };
  let server, port = 0;
  const opens = () => new Promise((resolve, reject) => {
    server = http.createServer(answer).once('error', reject).listen(port, '127.0.0.1', () => { port = server.address().port; resolve(); });
  });
  const closes = () => new Promise(resolve => {
    server.close(resolve);
    server.closeAllConnections?.();
  });
  await opens();
  return { address: `http://127.0.0.1:${port}`, opens, closes };
}
