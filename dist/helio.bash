# Completion of helio's command line in bash.
_helio() {
    local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do # behind FILE stand its arguments
        case ${COMP_WORDS[i]} in
        -e | -arg | -pref | -disasm | --disasm | -IDL_*) ((i++)) ;;
        -*) ;;
        *)
            compopt -o default
            return
            ;;
        esac
    done
    case $previous in
    -e | -arg | -IDL_*) return ;;
    -pref | -disasm | --disasm)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '-e -i -quiet -arg -args -pref= --disasm -version -help -IDL_PATH -IDL_STARTUP
            -IDL_PROMPT -IDL_DEVICE -IDL_MORE -IDL_QUIET -IDL_EXCEPT -IDL_START_DIR' -- "$cur")
        [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
        return
    fi
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -X '!*.pro' -- "$cur"; compgen -d -- "$cur")
}
complete -F _helio helio
