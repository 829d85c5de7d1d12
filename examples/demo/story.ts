import { type HostName, hosts, type World } from './world.ts';
import { count, lookUntil, request } from './traffic.ts';

type Counts = Readonly<Record<string, number>>;
type Say = (text: string) => void;

export interface Chapter {
  readonly title: string;
  /** Plays it before the reader's eyes; false when traffic did not follow. */
  play(world: World, say: Say): Promise<boolean>;
}

/** The site offered by a container on a host, with the labels that make it so. */
function labels(host: HostName, site: string, weight?: number): Record<string, string> {
  return {
    'demo.host': host,
    'traefik.enable': 'true',
    [`traefik.http.routers.${site}.rule`]: `Host(\`${site}.localhost\`)`,
    'hub.uplinks': site,
    ...(weight !== undefined && { [`hub.uplinks.${site}.weight`]: String(weight) }),
  };
}

const containerName = (host: HostName, site: string) => `fairlead-demo-${site}-${host}`;

async function run(world: World, { host, site, weight }: { host: HostName; site: string; weight?: number }) {
  await world.containers.run({ name: containerName(host, site), labels: labels(host, site, weight) });
}

/** Sends requests to the parent until they are spread as expected, and says how they were. */
async function see(world: World, say: Say, { site, expected }: { site: string; expected: Counts }) {
  const total = Object.values(expected).reduce((sum, n) => sum + n, 0);
  const host = `${site}.localhost`;
  const same = (counts: Counts) => JSON.stringify(sorted(counts)) === JSON.stringify(sorted(expected));
  const { seen, elapsedMs, found } = await lookUntil(() => count(world.parentPort, host, total), same);
  const requests = total === 1 ? '1 request' : `${total} requests`;
  say(`${requests} to http://${host}:${world.parentPort}/ → ${spoken(seen ?? {})}`);
  if (found) say(`(${Math.round(elapsedMs)} ms after the change, the requests included)`);
  else say(`expected: ${spoken(expected)}`);
  return found;
}

const sorted = (counts: Counts) => Object.entries(counts).sort();
const spoken = (counts: Counts) =>
  sorted(counts)
    .map(([name, n]) => `${name.replace('fairlead-demo-', '')}: ${n}`)
    .join(', ') || 'no answer';

const shop = (east: number, west: number): Counts => ({
  ...(east && { [containerName('east', 'shop')]: east }),
  ...(west && { [containerName('west', 'shop')]: west }),
});

/** As much of a long line as a reader wants to see. */
const shortened = (line: string) => `${line.slice(0, 40)}…`;

export const chapters: readonly Chapter[] = [
  {
    title: 'The parent pairs with both children',
    async play(world, say) {
      for (const host of hosts) {
        const line = await world.program(host).pair('invite', '--name', host);
        say(`${host}$ fairlead pair invite   → ${shortened(line)}`);
        const joined = await world.program('parent').pair('join', line);
        say(`parent$ fairlead pair join ${shortened(line)}   → ${joined}`);
      }
      say('Both sides verify each other from now on; the certificates renew themselves.');
      return true;
    },
  },
  {
    title: 'Three containers with labels: shop on both hosts, blog on west',
    async play(world, say) {
      await run(world, { host: 'east', site: 'shop' });
      await run(world, { host: 'west', site: 'shop' });
      await run(world, { host: 'west', site: 'blog' });
      for (const [name, value] of Object.entries(labels('west', 'blog'))) say(`    ${name}=${value}`);
      say('The children made routes of these labels and offer them as uplinks; the parent found them.');
      const both = await see(world, say, { site: 'shop', expected: shop(3, 3) });
      return (await see(world, say, { site: 'blog', expected: { 'fairlead-demo-blog-west': 1 } })) && both;
    },
  },
  {
    title: 'One request on its way',
    async play(world, say) {
      const { status, body } = await request(world.parentPort, 'blog.localhost', '/hello');
      for (const line of body.trim().split('\n')) say(`    ${line}`);
      say('parent → mutual TLS → child on west → container. The private header of the hop is gone.');
      return status === 200 && !/fairlead-uplink/i.test(body);
    },
  },
  {
    title: 'Whoever has no certificate gets nothing from a child',
    async play(world, say) {
      const answer = await fetch(`https://127.0.0.1:${world.uplinkPorts.east}/api/uplinks`).catch(
        () => undefined,
      );
      say(
        `GET https://127.0.0.1:${world.uplinkPorts.east}/api/uplinks → ${answer ? answer.status : 'refused'}`,
      );
      return answer === undefined;
    },
  },
  {
    title: 'A container starts: news on east',
    async play(world, say) {
      const before = await request(world.parentPort, 'news.localhost');
      say(`before: ${before.status}, no child offers news`);
      await run(world, { host: 'east', site: 'news' });
      const found = await see(world, say, { site: 'news', expected: { 'fairlead-demo-news-east': 1 } });
      return before.status === 503 && found;
    },
  },
  {
    title: 'A container stops: shop on east',
    async play(world, say) {
      await world.containers.stop(containerName('east', 'shop'));
      return see(world, say, { site: 'shop', expected: shop(0, 6) });
    },
  },
  {
    title: 'It starts again',
    async play(world, say) {
      await world.containers.start(containerName('east', 'shop'));
      return see(world, say, { site: 'shop', expected: shop(3, 3) });
    },
  },
  {
    title: 'A weight moves: shop on east is made anew with one more label',
    async play(world, say) {
      say('    hub.uplinks.shop.weight=9');
      await world.containers.remove(containerName('east', 'shop'));
      await run(world, { host: 'east', site: 'shop', weight: 9 });
      return see(world, say, { site: 'shop', expected: shop(9, 1) });
    },
  },
];

/** What the reader can try while everything runs. */
export function invitation(world: World): string[] {
  const { parentPort, parentApiPort, childPorts, containers } = world;
  return [
    `http://shop.localhost:${parentPort}/    the shop, through the parent`,
    `http://blog.localhost:${parentPort}/    the blog`,
    `http://127.0.0.1:${parentApiPort}/api/rawdata    what the parent knows`,
    `curl -H 'Host: shop.localhost' http://127.0.0.1:${childPorts.west}/    one child without the parent`,
    `${containers.stopCommand(containerName('west', 'shop'))}    stops the shop on west; ask the parent again`,
  ];
}
