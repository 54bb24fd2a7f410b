import type { CommandModule } from 'yargs'
import { AppError } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'
import type { CommandContext } from '../command.js'
import { textFlag } from '../flags/flags.js'

/** The word by which the scripts ask what could stand next. */
export const COMPLETE = '--complete'

const BASH = `# assay completion for bash: add to ~/.bashrc  eval "$(assay completion bash)"
_assay() {
  local IFS=$'\\n'
  COMPREPLY=($(assay ${COMPLETE} "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null))
}
complete -o bashdefault -o default -F _assay assay
`

const ZSH = `#compdef assay
# assay completion for zsh: add to ~/.zshrc, behind compinit  eval "$(assay completion zsh)"
_assay() {
  local -a found
  found=(\${(f)"$(assay ${COMPLETE} "\${(@)words[1,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then compadd -- $found; else _files; fi
}
compdef _assay assay
`

const FISH = `# assay completion for fish: assay completion fish > ~/.config/fish/completions/assay.fish
function __assay_complete
  set -l current (commandline -ct)
  assay ${COMPLETE} (commandline -opc) "$current" 2>/dev/null
end
complete -c assay -a '(__assay_complete)'
`

const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH }

/** `assay completion bash|zsh|fish`: the script that a shell completes commands by. */
export function completionCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'completion <shell>',
    describe: 'Print the script that completes commands, flags, strategies and symbols in a shell',
    builder: parser =>
      parser
        .positional('shell', { type: 'string', describe: 'bash, zsh or fish' })
        .example('eval "$($0 completion bash)"', 'in ~/.bashrc')
        .example('$0 completion fish > ~/.config/fish/completions/assay.fish', 'once'),
    handler: flags => {
      const shell = textFlag(flags, 'shell')!
      const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined
      if (script === undefined) throw unknownShell(shell)
      output.print(script)
    },
  }
}

function unknownShell(shell: string): AppError {
  const near = nearestName(shell, Object.keys(SCRIPTS))
  return new AppError('USAGE', `there is no completion for the shell "${shell}"`, {
    hint: near ? `did you mean ${near}?` : 'bash, zsh and fish are known',
  })
}
