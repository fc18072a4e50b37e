import type {} from '../charge.js';
import type { Method, Methods } from '../protocol.js';

export type { Description, ErrorAnswer } from '../protocol.js';

export type CheckedMethod = Method;
export type MethodParams = { readonly [M in Method]: Methods[M]['params'] };
export type MethodResult = { readonly [M in Method]: Methods[M]['result'] };
