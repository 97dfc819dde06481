// Runs the sample that was built with the packages: it begins to listen, answers an offer, and ends when it is told to.
import { spawn } from 'node:child_process';

const program = spawn('dotnet', [process.argv[2], '--port=0', '--urls=http://127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
const patience = setTimeout(() => fail('it took more than 60 s'), 60_000);
let said = '';

function fail(why) {
  console.error(`${why}\n${said}`);
  program.kill('SIGKILL');
  process.exit(1);
}

const address = await new Promise((resolve) => {
  program.stdout.on('data', (data) => {
    said += data;
    const found = /Now listening on: (http:\S+)/.exec(said);
    if (found) resolve(found[1]);
  });
  program.on('exit', (code) => code === 0 || fail(`it ended with ${code}`));
});

const offer = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=sendonly',
  'a=rtcp-mux',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`,
  'a=setup:actpass',
  'a=rtpmap:111 opus/48000/2',
  '',
].join('\r\n');
const response = await fetch(`${address}/whip/room`, { method: 'POST', body: offer, headers: { 'content-type': 'application/sdp' } });
const answer = await response.text();
if (response.status !== 201 || !/^a=setup:passive/m.test(answer) || !/^a=candidate:/m.test(answer)) fail(`${response.status}: ${answer}`);
const nobody = await fetch(`${address}/whep/another`, { method: 'POST', body: offer });
if (nobody.status !== 409) fail(`whep: ${nobody.status}`);

const ended = new Promise((resolve) => program.on('exit', resolve));
program.kill('SIGTERM');
const code = await ended;
clearTimeout(patience);
if (code !== 0) fail(`it ended with ${code}`);
