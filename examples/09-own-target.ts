// 09. Measure an engine of your own: a program that speaks the target protocol, checked from outside.
//
//     npm run example 09
//
// prints
//
//     example-v8 …: validate
//     describe passed
//     load passed
//     load-invalid-module passed
//     bad-requests passed
//     not-a-request passed
//     …
//     exit passed
//     end-of-input passed
//
// with a line for each check between. Those of times may fail where other programs keep the cores busy.
//
// To measure it beside the embedded engine:
//
//     wasm-dyno calibrate --engine embedded --engine "mine=node examples/09-own-target/target.mjs"
import { fileURLToPath } from 'node:url';
import { checkTarget } from 'wasm-dyno';

// A target may be written in any language: see docs/target-protocol.md. This one is a hundred lines of JavaScript around V8's validation.
const program = fileURLToPath(new URL('./09-own-target/target.mjs', import.meta.url));
const { description, lines, passed } = await checkTarget([process.execPath, program]);

console.log(`${description?.engine} ${description?.version}: ${description?.phases.join(', ')}`);
for (const line of lines) console.log(`${line.name} ${line.passed ? 'passed' : `FAILED: ${line.detail}`}`);
process.exitCode = passed ? 0 : 1;
