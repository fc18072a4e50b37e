// A server that runs its users' plugins under fuel:
//
//     node --import ./register.mjs examples/plugin-server/main.ts [PORT] [PROFILE]
//
// PUT /plugins/NAME loads a module, POST /plugins/NAME has it answer, GET /ready and GET /metrics tell how the server does.
import { createPluginServer } from './plugin-server.js';

const [port = '8080', profile] = process.argv.slice(2);
const server = createPluginServer({ profile }).listen(Number(port), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${port}`);
});
// Requests that have arrived are answered first.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
