import { play } from 'tsplay';
import { aptKey, aptRepository, debconf, pkg, rpmRepository } from 'tsplay/modules';

// A misspelt option of each module about packages.
export default play('Misspelt', { hosts: 'all' }, () => {
  aptKey('site', { source: 'site.asc', fingerprints: [] }); // error: 'fingerprints' does not exist in type
  aptRepository('site', { uris: ['https://a'], suites: ['b'], component: ['main'] }); // error: 'component' does not exist in type
  rpmRepository('site', { baseurl: 'https://a', gpgKey: 'b' }); // error: 'gpgKey' does not exist in type
  pkg('nginx', { state: 'latest', updateCache: true }); // error: 'updateCache' does not exist in type
  debconf('postfix', { answers: { 'postfix/mailname': 'x' }, unseen: true }); // error: 'unseen' does not exist in type
});
