import { hostNamed } from '../../inventory/explain.ts';
import { placeOfVariable } from '../../inventory/layers.ts';
import { indented, span, whole } from '../../report/line.ts';
import { tableLines } from '../../report/table.ts';
import type { InventoryFlags } from './flags.ts';
import { hostData, settingsOf } from './host-data.ts';
import { open } from './open.ts';
import { placeText, print, printJson, valueText } from './print.ts';

/** Shows all that is known of a host. */
export async function showHost({
  inventory,
  json,
  host: name,
}: InventoryFlags & { readonly host: string }): Promise<void> {
  const host = hostNamed(await open(inventory), name);
  if (json) {
    printJson(hostData(host));
    return;
  }
  const settings = Object.entries({ ...settingsOf(host), groups: host.groups.join(', ') });
  const variables = Object.keys(host.vars).toSorted((a, b) => (a < b ? -1 : 1));
  print([
    whole(span(host.name, 'strong')),
    ...indented(
      2,
      tableLines(
        settings.map(([key, value]) => [
          span(key),
          span(typeof value === 'string' ? value : valueText(value)),
        ]),
      ),
    ),
    ...(variables.length === 0 ? [] : [whole(span('variables', 'strong'))]),
    ...indented(
      2,
      tableLines(
        variables.map((variable) => [
          span(variable),
          span(placeText(placeOfVariable(host, [variable])), 'dim'),
          span(valueText(host.vars[variable])),
        ]),
      ),
    ),
  ]);
}
