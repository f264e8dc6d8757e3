# Completion of helio's command line in bash. An option's "=" is a word of its own there.
_helio_files() { # words for compgen
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen "$@" -- "$cur")
}

_helio() {
    local cur=${COMP_WORDS[COMP_CWORD]} word last='' wants='' # wants: the option whose word comes next
    COMPREPLY=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if [[ $word == '=' ]]; then
            wants=$last
        elif [[ $wants ]]; then
            wants=''
        else
            last=${word/#--/-}
            case $last in
            -e | -arg | -pref | -disasm | -IDL_*) wants=$last ;;
            -args | - | [!-]*) # behind FILE stand its arguments
                compopt -o default
                return
                ;;
            esac
        fi
    done
    [[ $cur == '=' ]] && wants=$last cur=''
    case $wants in
    -pref | -disasm) _helio_files -f ;;
    -safe) _helio_files -d ;;
    '')
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '-e -i -quiet -arg -args -pref= --disasm --safe --safe= -version -help
                -IDL_PATH -IDL_STARTUP -IDL_PROMPT -IDL_DEVICE -IDL_MORE -IDL_QUIET -IDL_EXCEPT -IDL_START_DIR' -- "$cur")
            [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
        else
            _helio_files -f -X '!*.pro'
            mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -d -- "$cur")
        fi
        ;;
    esac
}
complete -F _helio helio
