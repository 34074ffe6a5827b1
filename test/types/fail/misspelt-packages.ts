import { play } from 'tsplay';
import { pkg } from 'tsplay/modules';

// A misspelt option of each module about packages.
export default play('Misspelt', { hosts: 'all' }, () => {
  pkg('nginx', { state: 'latest', updateCache: true }); // error: 'updateCache' does not exist in type
});
