// The parser of modules' text, for a process without WebAssembly: one text at a time, see text-parser.ts.
import { parseText } from './text-parser.js';

process.on('message', (text: string) => {
  void parseText(text).then((parsed) => process.send!(parsed));
});
