import { play, type TaskResult } from 'tsplay';
import { command, file } from 'tsplay/modules';

export default play('Handles are no promises', { hosts: 'all' }, async () => {
  const h = command('kernel', { run: ['uname'], reads: true });
  const conf = file('/etc/x', { content: '' });
  (await h).stdout; // error: Property 'stdout' does not exist on type 'Handle<CommandResult>'
  h.then((result) => result); // error: Property 'then' does not exist
  h.stdout; // error: Property 'stdout' does not exist
  h.result().stdout; // error: Property 'stdout' does not exist on type 'Promise<CommandResult>'
  (await h.result()).output; // error: Property 'output' does not exist on type 'CommandResult'
  const result: TaskResult = await h; // error: missing the following properties from type 'TaskResult'
  const promise: Promise<unknown> = conf; // error: missing the following properties from type 'Promise<unknown>'
  return [result, promise];
});
