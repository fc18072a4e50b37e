import type { DeclaredCommand, DeclaredOption } from './option-catalog.js';

const HEAD = `// What wasm-dyno's commands are given unless the command line says otherwise.
// Each line shows an option's default: take its "//" away and change it.
// A path that begins with ./ or ../ is seen from this file.
// "wasm-dyno --explain-config" tells what holds, and where it comes from.
`;

/** A configuration in which every option of every command stands with its default, commented out. */
export function configTemplate(commands: readonly DeclaredCommand[]): string {
  const sections = commands.map(
    ({ name, describe, options }) =>
      `  // ${describe}\n  ${JSON.stringify(name)}: {\n${options.map(optionText).join('')}  },\n`,
  );
  const common = `  // Options of every command that has them, for example json or profile.\n  "common": {},\n`;
  return `${HEAD}export default {\n${[common, ...sections].join('\n')}};\n`;
}

function optionText({ name, describe, choices, default: value, defaultText }: DeclaredOption): string {
  const told = [
    describe,
    ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]),
    ...(defaultText === undefined ? [] : [`unless given: ${defaultText}`]),
  ];
  const shown = value === undefined ? 'undefined' : JSON.stringify(value);
  return `    // ${told.join('; ').replace(/\s+/g, ' ')}\n    //${JSON.stringify(name)}: ${shown},\n`;
}
