import { BUNDLE_KIND } from '@wasm-dyno/engine';
import { MACHINE } from '@wasm-dyno/reports/recorded-run';
import type { AskedFile } from './asked-file.js';
import { sqlFile, sqlList, sqlName, sqlText } from './sql-text.js';

const PROFILE_KIND = 'wasm-dyno-profile';
const RUN_KIND = 'wasm-dyno-run';

/** Facts of a record's machine as columns; its id is `machine`. */
const MACHINE_COLUMNS = Object.entries(MACHINE.properties)
  .filter(([name]) => name !== 'id')
  .map(([name, schema]) => {
    const type = JSON.stringify(schema).includes('"integer"') ? 'bigint' : 'varchar';
    return `(record->>'$.machine.${name}')::${type} as ${sqlName(name)}`;
  })
  .join(', ');

/** One row for each profile, those in bundles by themselves; `record` is all of it. */
export function profilesView(files: readonly AskedFile[]): string {
  const kind = `document->>'$.kind'`;
  const profiles = `select source, unnest(case ${kind}
      when ${sqlText(PROFILE_KIND)} then [document]
      when ${sqlText(BUNDLE_KIND)} then document->'$.profiles[*]'
      else [] end) as record
    from (${documents(files, PROFILE_KIND)})`;
  return `select record->>'$.machine.id' as machine, (record->>'$.createdAt')::timestamptz as "createdAt",
      record->>'$.engine.name' as engine, record->>'$.engine.version' as "engineVersion",
      record->>'$.engine.costBehaviour' as "costBehaviour", record->>'$.unit.definition' as unit,
      (record->>'$.unit.nanosecondsPerFuel.estimate')::double as "nanosecondsPerFuel",
      (record->>'$.unit.bytesPerFuel')::double as "bytesPerFuel",
      record->>'$.verdict' as verdict, (record->>'$.forced')::boolean as forced,
      record->>'$.agreed.id' as "agreedId", record->>'$.signature' is not null as signed,
      ${MACHINE_COLUMNS}, record, source
    from (${profiles})`;
}

/** One row for each price in the profiles: of a phase, warm or cold. */
export const PRICES_VIEW = `select p.machine, p."createdAt", p.engine, policy.key as policy, phase.key as phase,
      (phase.value->>'$.nanosecondsPerByte.estimate')::double as "nanosecondsPerByte",
      (phase.value->>'$.multiplier.estimate')::double as multiplier,
      (phase.value->>'$.multiplier.low')::double as low, (phase.value->>'$.multiplier.high')::double as high,
      (phase.value->>'$.multiplierThousandths')::bigint as "multiplierThousandths",
      (phase.value->'$.constants') as constants, phase.value->>'$.verdict' as verdict, p.source
    from profiles p, json_each(p.record->'$.policies') policy, json_each(policy.value->'$.phases') phase`;

/** One row for each run directory; `record` is all of its run.json. */
export function runsView(files: readonly AskedFile[]): string {
  return `select 'run-' || regexp_replace(record->>'$.createdAt', '[-:.]', '', 'g') || '-' || (record->>'$.machine.id') as run,
      record->>'$.machine.id' as machine, (record->>'$.createdAt')::timestamptz as "runCreatedAt",
      record->>'$.state' as state, record->>'$.options.effort' as effort, (record->>'$.seed')::double as seed,
      record->>'$.tool.version' as "toolVersion", record->'$.options.engines' as engines,
      ${MACHINE_COLUMNS}, record, source
    from (select source, document as record from (${documents(files, RUN_KIND)})) where record->>'$.kind' = ${sqlText(RUN_KIND)}`;
}

/** The files as JSON. A file that is of another kind is passed over, even where it is none; a broken one of this kind is not. */
function documents(files: readonly AskedFile[], kind: string): string {
  if (files.length === 0) return `select null::varchar as source, null::json as document where false`;
  const list = sqlList(files.map(({ path }) => sqlFile(path)));
  return `select s.source, case when json_valid(text) then text::json
      else error(s.source || ': is no JSON; remove it, or write it anew') end as document
    from (select filename, ltrim(content, chr(65279)) as text from read_text(${list})
      where content like ${sqlText(`%${kind}%`)}) r
    join asked_files s on s.path = r.filename`;
}
