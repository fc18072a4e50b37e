// Circles of imports, types included, and the engine's walls inside. The walls between the top folders are ESLint's.
const OURS = '^(engine|corpora|harness|reports)/';

export default {
  forbidden: [
    {
      name: 'no circles of folders',
      comment: 'Whatever both folders need belongs in one that knows neither.',
      severity: 'error',
      scope: 'folder',
      from: { path: OURS },
      to: { circular: true },
    },
    {
      name: 'no circles of files',
      comment:
        'The parts of the public API name one another (a function its instance, an instance its functions): runtime/ alone may.',
      severity: 'error',
      from: { path: OURS, pathNot: '^engine/runtime/' },
      to: { circular: true },
    },
    {
      name: 'no circles of values',
      comment: 'Not in runtime/ either: there only types may lead round.',
      severity: 'error',
      from: { path: OURS },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'executors stand apart',
      comment: 'Only engine/engine.ts knows both.',
      severity: 'error',
      from: { path: '^engine/(interpreter|host-executor)/' },
      to: { path: '^engine/(interpreter|host-executor)/', pathNot: '^engine/$1/' },
    },
    {
      name: 'executors are picked by the engine alone',
      comment:
        'All others see what runtime/engine-parts.ts declares. The injector and the choice of a loop are public by themselves.',
      severity: 'error',
      from: {
        path: '^engine/',
        pathNot: '^engine/(engine\\.ts$|index\\.ts$|phases\\.ts$|interpreter/|host-executor/)',
      },
      to: { path: '^engine/(interpreter|host-executor)/' },
    },
    {
      name: 'the engine is on top',
      comment: 'What it is made of takes EngineParts.',
      severity: 'error',
      from: { path: '^engine/', pathNot: '^engine/(index\\.ts$|js-api/|node/|wasi/)' },
      to: { path: '^engine/engine\\.ts$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^engine/core/assembly|(^|/)(dist|target))/' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs'] },
  },
};
