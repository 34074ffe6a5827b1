'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const { check, plays, columns, hosts, groups, diffs, slowest, warnings, messages } = data;

  const words = {
    ok: check ? 'in sync' : 'ok',
    changed: check ? 'drift' : 'changed',
    unknown: 'unknown',
    failed: 'failed',
    skipped: 'skipped',
    caught: 'failed, as expected',
    unfinished: 'not finished',
    left: 'left undone',
    unreachable: 'unreachable',
  };
  const kinds = {
    o: 'ok',
    c: 'changed',
    u: 'unknown',
    f: 'failed',
    s: 'skipped',
    x: 'caught',
    i: 'unfinished',
    l: 'left',
  };
  const signs = {
    ok: '·',
    changed: '≠',
    unknown: '?',
    failed: '✕',
    skipped: '–',
    caught: '!',
    unfinished: '…',
    left: '○',
  };
  if (!check) signs.changed = '✎';

  /** What there is to tell of a cell; of several that delegated the same to this host, each on its own. */
  const findings = (host, column) =>
    groups.filter((group) => group.column === column && group.hosts.includes(host));

  /** Makes an element; children are elements or texts, never markup. */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, '');
      else if (value !== false && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== undefined && child !== ''));
    return element;
  }

  function duration(ms) {
    if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
    const seconds = Math.round(ms / 1000);
    return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }

  /** A name without its middle: what tells one from the other stands at the ends. */
  function shortened(text) {
    const most = 23;
    const characters = [...text];
    if (characters.length <= most) return text;
    return `${characters.slice(0, 8).join('')}…${characters.slice(9 - most).join('')}`;
  }

  const count = (number, what) => `${number} ${what}${number === 1 ? '' : 's'}`;

  // What is shown of it all.
  const isLike = (host, state) =>
    state === 'all' || (state === 'left' ? host.cells.includes('l') : host.state === state);
  const isBad = (host) => host.state !== 'ok';
  const large = columns.length > 24 || hosts.length > 40;
  const filter = { state: 'all', text: '', onlyFindings: large && hosts.some(isBad) };

  function matches(text) {
    return text.toLowerCase().includes(filter.text);
  }

  /** Rows and columns that the filter leaves. A text names hosts, or else tasks. */
  function chosen() {
    const named = filter.text === '' || hosts.some(({ name }) => matches(name));
    const tasks = filter.text !== '' && columns.some(({ task }) => matches(task));
    const rows = hosts
      .map((host, index) => ({ ...host, index }))
      .filter((host) => isLike(host, filter.state))
      .filter(
        (host) =>
          filter.text === '' || matches(host.name) || (tasks && !hosts.some(({ name }) => matches(name))),
      )
      .filter((host) => !filter.onlyFindings || filter.state === 'ok' || isBad(host));
    const shown = columns
      .map((column, index) => ({ ...column, index }))
      .filter((column) => filter.text === '' || named || matches(column.task))
      .filter(
        (column) =>
          !filter.onlyFindings ||
          filter.state === 'ok' ||
          rows.some((host) => 'cufil'.includes(host.cells[column.index]) && host.cells[column.index] !== ' '),
      );
    return { rows, shown };
  }

  // One finding, on the page or in the dialog.
  function stepView(step) {
    const item = make('li', { class: `step ${step.status}` }, make('span', { class: 'what' }, step.what));
    if (step.status === 'unknown' || step.status === 'failed')
      item.append(' ', make('span', { class: `word ${step.status}` }, words[step.status]));
    if (step.reason) item.append(make('p', { class: 'reason' }, step.reason));
    if (step.diff !== undefined) item.append(diffView(diffs[step.diff]));
    else if (step.before !== undefined || step.after !== undefined) item.append(changeView(step));
    return item;
  }

  function changeView({ status, before, after }) {
    const [left, right] =
      status === 'failed' ? ['found', 'wanted'] : check ? ['is', 'should be'] : ['was', 'is now'];
    const side = (name, text, tone) => {
      const shown = text === undefined ? '(nothing)' : text === '' ? '(empty)' : text;
      return make('div', {}, make('dt', {}, name), make('dd', { class: tone }, shown));
    };
    return make('dl', { class: 'change' }, side(left, before, 'removed'), side(right, after, 'added'));
  }

  function diffView(lines) {
    return make(
      'pre',
      { class: 'diff', tabindex: '0', 'aria-label': 'what differs' },
      ...lines.map(([tone, text]) => make('span', { class: tone }, text === '' ? ' ' : text)),
    );
  }

  function failureView({ message, hint, place }) {
    return make(
      'div',
      { class: 'failure' },
      make('p', { class: 'message' }, message),
      place ? make('p', { class: 'place' }, `at ${place}`) : '',
      hint ? make('p', { class: 'hint' }, make('b', {}, 'What to do: '), hint) : '',
    );
  }

  function outputView(name, text) {
    return make('div', { class: 'output' }, make('h4', {}, name), make('pre', { tabindex: '0' }, text));
  }

  function groupView(group) {
    const steps = group.steps.map(stepView);
    const well = group.okSteps > 0 ? `${count(group.okSteps, 'step')} as it should be` : '';
    const { retries } = group;
    return [
      group.for ? make('p', { class: 'reason' }, `for ${group.for.join(', ')}`) : '',
      retries
        ? make(
            'p',
            { class: 'reason' },
            `tried again ${count(retries.count, 'time')}: ${retries.reasons.join('; ')}`,
          )
        : '',
      group.reason ? make('p', { class: 'reason' }, group.reason) : '',
      group.error ? failureView(group.error) : '',
      steps.length > 0 ? make('ul', { class: 'steps' }, ...steps) : '',
      group.stdout ? outputView('The end of its output', group.stdout) : '',
      group.stderr ? outputView('The end of its errors', group.stderr) : '',
      well ? make('p', { class: 'well' }, `${well}.`) : '',
    ];
  }

  function hostList(indices) {
    const most = 12;
    const names = indices.map((index) => hosts[index].name);
    const list = (some) => make('span', { class: 'names' }, some.join(', '));
    if (names.length <= most) return make('p', { class: 'hosts' }, list(names));
    return make(
      'details',
      { class: 'hosts' },
      make('summary', {}, list(names.slice(0, most)), ` and ${names.length - most} more`),
      list(names.slice(most)),
    );
  }

  /** What is shown as a finding. What was left is told above. */
  const order = ['failed', 'unfinished', 'changed', 'unknown', 'caught'];

  function findingViews(rows, shown) {
    const inRows = new Set(rows.map(({ index }) => index));
    const inColumns = new Set(shown.map(({ index }) => index));
    const lost = rows.filter(({ error }) => error !== undefined);
    const cards = lost.map((host) =>
      make(
        'article',
        { class: 'card unreachable' },
        make(
          'header',
          {},
          make('span', { class: 'word unreachable' }, words.unreachable),
          make('h3', {}, host.name),
        ),
        failureView(host.error),
      ),
    );
    const kept = groups
      .filter(({ status, column }) => order.includes(status) && inColumns.has(column))
      .map((group) => ({ ...group, hosts: group.hosts.filter((host) => inRows.has(host)) }))
      .filter((group) => group.hosts.length > 0)
      .sort(
        (a, b) =>
          order.indexOf(a.status) - order.indexOf(b.status) ||
          a.column - b.column ||
          b.hosts.length - a.hosts.length,
      );
    for (const group of kept) {
      const { task, place } = columns[group.column];
      cards.push(
        make(
          'article',
          { class: `card ${group.status}` },
          make(
            'header',
            {},
            make('span', { class: `word ${group.status}` }, words[group.status]),
            make('h3', {}, task),
            make('span', { class: 'on' }, `on ${count(group.hosts.length, 'host')}`),
            place ? make('span', { class: 'place' }, place) : '',
          ),
          hostList(group.hosts),
          ...groupView(group),
        ),
      );
    }
    return cards;
  }

  // The table of hosts and tasks.
  const most = 100;

  function tableView(rows, shown) {
    const head = make('thead', {});
    if (plays.length > 1) {
      const row = make('tr', { class: 'plays' }, make('th', { class: 'corner' }));
      for (let at = 0; at < shown.length;) {
        const { play } = shown[at];
        const length = shown.slice(at).findIndex((column) => column.play !== play);
        const span = length === -1 ? shown.length - at : length;
        row.append(
          make(
            'th',
            { colspan: String(span), scope: 'colgroup', title: plays[play] },
            make('span', {}, plays[play] ?? ''),
          ),
        );
        at += span;
      }
      head.append(row);
    }
    const names = make('tr', { class: 'tasks' }, make('th', { class: 'corner', scope: 'col' }, 'Host'));
    for (const { task } of shown)
      names.append(make('th', { scope: 'col', title: task }, make('span', {}, shortened(task))));
    head.append(names);
    const body = make('tbody', {});
    for (const host of rows) {
      const row = make(
        'tr',
        { 'data-host': String(host.index) },
        make(
          'th',
          { scope: 'row', title: host.name, class: host.state },
          make('span', {}, host.name, host.batch ? make('small', {}, ` batch ${host.batch}`) : ''),
        ),
      );
      if (host.error !== undefined && host.cells.trim() === '') {
        row.append(make('td', { class: 'unreachable', colspan: String(shown.length) }, host.error.message));
      }
      for (const { index, task } of row.children.length === 1 ? shown : []) {
        const kind = kinds[host.cells[index]];
        const cell = document.createElement('td');
        if (kind !== undefined) {
          cell.className = kind;
          cell.textContent = signs[kind];
          cell.tabIndex = -1;
          cell.dataset.column = index;
          cell.setAttribute('aria-label', `${host.name}, ${task}: ${words[kind]}`);
        }
        row.append(cell);
      }
      body.append(row);
    }
    return make('table', { class: 'matrix', role: 'grid', 'aria-label': 'Hosts and tasks' }, head, body);
  }

  function move(cell, key) {
    const row = cell.parentElement;
    const at = [...row.children].indexOf(cell);
    const rows = [...row.parentElement.children];
    const step = {
      ArrowRight: [0, 1],
      ArrowLeft: [0, -1],
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
      Home: [0, -Infinity],
      End: [0, Infinity],
    }[key];
    if (step === undefined) return undefined;
    const [down, right] = step;
    if (right === Infinity) return [...row.children].findLast((one) => one.dataset.column);
    if (right === -Infinity) return [...row.children].find((one) => one.dataset.column);
    for (
      let r = rows.indexOf(row) + down, c = at + right;
      rows[r] && rows[r].children[c];
      r += down, c += right
    ) {
      if (rows[r].children[c].dataset.column) return rows[r].children[c];
    }
    return cell;
  }

  function focus(cell) {
    for (const old of grid.querySelectorAll('td[tabindex="0"]')) old.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
    cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  function open(cell) {
    const host = Number(cell.parentElement.dataset.host);
    const column = Number(cell.dataset.column);
    const { task, place, play } = columns[column];
    const kind = kinds[hosts[host].cells[column]];
    const found = findings(host, column);
    const others = found.flatMap((group) => group.hosts.filter((one) => one !== host));
    const where = [plays[play], place].filter(Boolean).join(', ');
    dialog.replaceChildren(
      make(
        'div',
        { class: `sheet ${kind}` },
        make(
          'header',
          {},
          make('span', { class: `word ${kind}` }, words[kind]),
          make('h2', {}, task),
          make(
            'button',
            { type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => dialog.close() },
            '✕',
          ),
        ),
        make(
          'p',
          { class: 'about' },
          make('b', {}, hosts[host].name),
          where ? ` · ${where}` : '',
          hosts[host].batch ? ` · batch ${hosts[host].batch}` : '',
          hosts[host].ms === undefined ? '' : ` · host done in ${duration(hosts[host].ms)}`,
        ),
        ...found.flatMap((group) => [
          found.length > 1 ? make('h4', {}, words[group.status]) : '',
          ...groupView(group),
        ]),
        found.length === 0 ? make('p', { class: 'well' }, 'All as it should be.') : '',
        others.length > 0
          ? make(
              'section',
              {},
              make('h4', {}, `The same on ${count(others.length, 'other host')}`),
              hostList(others),
            )
          : '',
      ),
    );
    dialog.showModal();
  }

  // The page.
  const dialog = make('dialog', { onclick: (event) => event.target === dialog && dialog.close() });
  const grid = make('div', { class: 'scroller', tabindex: '-1' });
  const list = make('div', { class: 'cards' });
  const none = make('p', { class: 'none', role: 'status' });
  const gridTitle = make('h2', {}, 'Hosts and tasks');
  const listTitle = make('h2', {}, 'Findings');

  grid.addEventListener('click', (event) => {
    const cell = event.target.closest('td[data-column]');
    if (cell) open(cell);
  });
  grid.addEventListener('keydown', (event) => {
    const cell = event.target.closest('td[data-column]');
    if (!cell) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      open(cell);
      return;
    }
    const next = move(cell, event.key);
    if (next === undefined) return;
    event.preventDefault();
    focus(next);
  });

  const states = ['all', 'ok', 'changed', 'unknown', 'left', 'failed', 'unreachable'];
  const tiles = states
    .map((state) => [state, hosts.filter((host) => isLike(host, state)).length])
    .filter(([state, number]) => state === 'all' || number > 0)
    .map(([state, number]) =>
      make(
        'button',
        {
          type: 'button',
          class: `tile ${state}`,
          'aria-pressed': String(filter.state === state),
          onclick: () => {
            filter.state = state;
            for (const tile of tiles)
              tile.setAttribute('aria-pressed', String(tile.classList.contains(state)));
            draw();
          },
        },
        make('b', {}, String(number)),
        make('span', {}, state === 'all' ? (number === 1 ? 'host' : 'hosts') : words[state]),
      ),
    );

  let waiting = 0;
  const search = make('input', {
    type: 'search',
    placeholder: 'Host or task',
    'aria-label': 'Show only hosts or tasks with this in their name',
    oninput: () => {
      filter.text = search.value.trim().toLowerCase();
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(draw);
    },
  });
  const only = make('input', {
    type: 'checkbox',
    id: 'only',
    checked: filter.onlyFindings,
    onchange: () => {
      filter.onlyFindings = only.checked;
      draw();
    },
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target === search || dialog.open) return;
    event.preventDefault();
    search.focus();
  });

  let all = false;

  function draw() {
    const { rows, shown } = chosen();
    const empty = rows.length === 0 || shown.length === 0;
    grid.replaceChildren(empty ? '' : tableView(rows, shown));
    grid.hidden = empty;
    const first = grid.querySelector('td[data-column]');
    if (first) first.tabIndex = 0;
    const cards = findingViews(rows, shown);
    const some = all ? cards : cards.slice(0, most);
    list.replaceChildren(...some);
    if (cards.length > some.length) {
      const more = { type: 'button', class: 'more', onclick: () => ((all = true), draw()) };
      list.append(make('button', more, `Show ${cards.length - some.length} more findings`));
    }
    listTitle.textContent = cards.length === 0 ? 'Findings: none' : `Findings: ${cards.length}`;
    none.textContent =
      rows.length === 0
        ? 'No host is like this.'
        : shown.length === 0
          ? 'No task to show for these hosts.'
          : '';
    none.hidden = !empty;
    gridTitle.textContent = `Hosts and tasks: ${rows.length} × ${shown.length}`;
  }

  const legend = make(
    'ul',
    { class: 'legend', 'aria-hidden': 'true' },
    ...Object.values(kinds)
      .filter((kind) => hosts.some(({ cells }) => [...cells].some((mark) => kinds[mark] === kind)))
      .map((kind) => make('li', {}, make('i', { class: kind }, signs[kind]), words[kind])),
  );

  const extra = [];
  for (const [title, notes] of [
    ['Warnings', warnings],
    ['Messages', messages],
  ]) {
    if (notes.length === 0) continue;
    const items = notes.map(({ about, message }) =>
      make('li', {}, about ? make('b', {}, `${about}: `) : '', message),
    );
    extra.push(
      make(
        'section',
        { class: 'notes' },
        make('h2', {}, `${title}: ${notes.length}`),
        make('ul', {}, ...items),
      ),
    );
  }
  if (slowest.length > 0) {
    const items = slowest.map(({ host, task, ms }) =>
      make('li', {}, make('b', {}, duration(ms)), ' ', make('span', {}, task), ` on ${host}`),
    );
    extra.push(
      make('section', { class: 'notes' }, make('h2', {}, 'Slowest tasks'), make('ol', {}, ...items)),
    );
  }

  document
    .getElementById('main')
    .replaceChildren(
      make('div', { class: 'tiles', role: 'group', 'aria-label': 'Show only hosts that are' }, ...tiles),
      make(
        'div',
        { class: 'tools' },
        search,
        make('label', { for: 'only' }, only, ' Only what was found'),
        legend,
      ),
      make('section', { class: 'overview' }, gridTitle, none, grid),
      make('section', { class: 'findings' }, listTitle, list),
      ...extra,
      dialog,
    );
  draw();
})();
