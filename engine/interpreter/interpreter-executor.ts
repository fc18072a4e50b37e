import type { Executor } from '../runtime/engine-parts.js';
import { loopCodeChunk } from './loop-memory.js';
import { InterpreterExecution } from './interpreter-execution.js';

/** The engine's own interpreter: it runs on every host, and can suspend calls. */
export const INTERPRETER_EXECUTOR: Executor = {
  name: 'interpreter',
  load: (module, charge) => {
    if (module.engine.compilationMode === 'eager') module.translateAll(charge);
  },
  newCodeChunk: loopCodeChunk,
  newExecution: (store) => new InterpreterExecution(store),
};
