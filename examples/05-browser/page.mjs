// What the page does. It needs the engine and no bundler: the import map in index.html names the engine's file.
import { createWebAssembly } from '@wasm-dyno/engine';

const output = document.getElementById('output');

// A namespace shaped like the standard one, on the browser's own WebAssembly, metered. Glue written for the standard runs on it.
const WebAssembly = createWebAssembly({ executor: 'host', fuel: 100_000 });
const bytes = await (await fetch('sum.wasm')).arrayBuffer();
const { instance } = await WebAssembly.instantiate(bytes);
output.textContent += `sum(100) = ${instance.exports.sum(100)}\n`;
output.textContent += `fuel consumed: ${WebAssembly.store.consumedFuel}\n`;

try {
  instance.exports.sum(1_000_000);
} catch (error) {
  output.textContent += `sum(1000000): ${error.name}, ${error.message.split(':')[0]}\n`;
}
