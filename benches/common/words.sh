# Lists of words in the environment, such as BENCH_PARTS=drain,idle.
# shellcheck shell=bash

check_words() { # VARIABLE GIVEN KNOWN...
    local variable=$1 given word
    IFS=, read -ra given <<<"$2"
    shift 2
    for word in "${given[@]}"; do
        [[ " $* " == *" $word "* ]] || { echo "$variable: no \`$word\`; known: $*" >&2; exit 2; }
    done
}

has() { [[ ,$1, == *,$2,* ]]; } # LIST WORD

# Ends the measurement, with the end of what was said last.
give_up() { # MESSAGE
    tail -n 30 "$home/log" >&2
    echo "$1" >&2
    exit 1
}
