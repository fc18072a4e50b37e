// The engine's front end in WebAssembly: what the JavaScript side calls.
import { describe } from './module-description';
import { injectionWords } from './inject/injection-layout';
import { inject } from './inject/injector';
import { HEAP } from './scratch';
import { operatorCosts } from './operator-fuel';
import { compile, meter, translate, translatedWords } from './translate/translator';
import { joinsWords } from './validate/list-work';
import { validate } from './validate/validator';

export { compile, describe, inject, injectionWords, joinsWords, meter, operatorCosts, translate, translatedWords, validate };

/** First address behind the core's own data and scratch space. */
export function heap(): usize {
  return HEAP;
}
