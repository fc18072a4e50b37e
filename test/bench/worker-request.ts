/** In a worker: what it was asked. */
export function workerRequest<Request>(): Request {
  const text = process.argv[2];
  if (text === undefined) {
    throw new Error('a worker is started by the bench, with its request as the one argument');
  }
  return JSON.parse(text) as Request;
}

/** In a worker: gives the answer. */
export function answer(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
