import { Errno } from '../call/constants.js';
import { WasiError } from '../call/errno.js';
import type { WasiCall } from './wasi-call.js';

/** There are no sockets: a descriptor is none, or not one. */
function refuse({ descriptors }: WasiCall, number: number): void {
  descriptors.get(number);
  throw new WasiError(Errno.NotSock);
}

export const socketFunctions = {
  sock_accept: refuse,
  sock_recv: refuse,
  sock_send: refuse,
  sock_shutdown: refuse,
};
