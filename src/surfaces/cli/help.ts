import type { FlagLine } from './cli.ts';

export const intro =
  'A discovery proxy for Docker and Compose hosts: routes come from the labels of containers, and hosts offer each ' +
  'other what they run. Takes the labels, options and files of Traefik as they are.';

export const examples = `Examples:
  fairlead                                                  serve this host's containers on port 80
  fairlead --providers.docker --entryPoints.web.address=:80
  fairlead --configFile=/etc/fairlead/fairlead.yml
  FAIRLEAD_PROVIDERS_DOCKER=true fairlead
  fairlead check compose.yml fairlead.yml                   what is wrong, with the place and the remedy
  fairlead healthcheck --ping --entryPoints.traefik.address=:8080
  fairlead pair invite                                      on a child: what a parent needs to pair with it
  fairlead pair join fairlead-pair-1.…                      on the parent
  fairlead options                                          every option, its default, what is not there yet
  fairlead schema static > fairlead.schema.json             completion and checks in an editor`;

export const exitCodes = `Exit codes:
  0  done
  1  something is wrong: a configuration, a port in use, a failed health check
  2  the command line itself cannot be understood`;

export function flagLines(flags: readonly FlagLine[]): string {
  return flags.map(flagLine).join('');
}

function flagLine({ flag, fallback, notYet }: FlagLine): string {
  const remarks = [fallback && `default ${fallback}`, notYet !== undefined && `no effect: ${notYet}`];
  const remark = remarks.filter((part) => part).join('; ');
  return remark ? `${flag}\n    ${remark}\n` : `${flag}\n`;
}
