import { TsplayErrors } from '../../errors/tsplay-error.ts';
import { explainVariable, hostNamed, type LayerValue, type PlayDefault } from '../../inventory/explain.ts';
import type { InventoryNames } from '../../inventory/find.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { Vars } from '../../inventory/shape.ts';
import { loadPlaybook } from '../../playbook/playbook.ts';
import { indented, span, whole } from '../../report/line.ts';
import { tableLines } from '../../report/table.ts';
import { chooseHosts } from '../../runner/planning/choose-hosts.ts';
import { playDefaults } from '../../runner/planning/play-defaults.ts';
import { parseExtraVars } from '../extra-vars.ts';
import type { InventoryFlags } from './flags.ts';
import { open, tellWarnings } from './open.ts';
import { placeText, print, printJson, valueText } from './print.ts';

/** What is asked for. */
interface Question extends InventoryFlags {
  readonly extraVar: readonly string[];
  readonly playbook: string | undefined;
  readonly variable: string;
  readonly host: string;
}

/** Tells every layer that gives a variable of a host a value. */
export async function explain({
  inventory: names,
  json,
  extraVar,
  playbook,
  variable,
  host,
}: Question): Promise<void> {
  const extraVars = await parseExtraVars(extraVar, process.cwd());
  const asked = await lookUp(names, host, playbook, variable, extraVars);
  const layers = explainVariable(asked.host, variable, { defaults: asked.defaults, extraVars });
  const winners = layers.filter(({ wins }) => wins);
  if (json) {
    const listed = layers.map(({ where, ...layer }) => ({ ...layer, ...where }));
    printJson({ variable, host, value: winners.at(-1)?.value, layers: listed });
    return;
  }
  print([
    whole(span(variable, 'strong'), ` of ${host} is `, span(valueText(winners.at(-1)?.value), 'strong')),
    ...indented(
      2,
      tableLines(
        layers.map((layer) => {
          const tone = layer.wins ? 'good' : 'dim';
          return [
            span(layer.wins ? '>' : ' ', tone),
            span(whoGives(layer), tone),
            span(placeText(layer.where), tone),
            span(valueText(layer.value), tone),
          ];
        }),
      ),
    ),
  ]);
}

async function lookUp(
  names: InventoryNames,
  hostName: string,
  playbook: string | undefined,
  variable: string,
  extraVars: Vars,
): Promise<{ readonly host: Host; readonly defaults: readonly PlayDefault[] }> {
  if (playbook === undefined) return { host: hostNamed(await open(names), hostName), defaults: [] };
  const { plays, inventory } = await loadPlaybook(playbook, names, process.cwd());
  tellWarnings(inventory);
  const host = hostNamed(inventory, hostName);
  const chosen = chooseHosts(plays, inventory, undefined, process.cwd());
  if (chosen.problems.length > 0) throw new TsplayErrors(chosen.problems);
  return { host, defaults: await playDefaults(chosen, host, variable, extraVars) };
}

function whoGives({ from, name }: LayerValue): string {
  return from === 'group' || from === 'host' || from === 'play' ? `${from} ${name}` : from;
}
