#!/usr/bin/env bash
# Help, version and manual page say what the command can do.
# shellcheck source=tests/cli/support.sh
. "$(dirname "$0")/support.sh"

check_rc "--version" 0 "$h5pave" --version
check_has "version and library" out.txt '^h5pave [0-9]+\.[0-9]+\.[0-9]+ \(HDF5 [0-9.]+\)$'
check_rc "--help" 0 "$h5pave" --help
cp out.txt help.txt
for command in run env info plan report doctor bench options; do
    check_has "help lists $command" help.txt "^  $command "
    check_rc "$command --help" 0 "$h5pave" "$command" --help
    check "$command --help: nothing on stderr" "$(cat err.txt)" ''
    check_has "the manual has $command" "$H5PAVE_SOURCE/docs/h5pave.1" "^\.It Nm Cm $command\$"
done
check "what doctor and bench use inside is not shown" "$(grep -Ec 'probe|bench-step' help.txt)" 0
check_rc "unknown subcommand" 2 "$h5pave" frobnicate
check_has "points to the help" err.txt "Try 'h5pave --help'"
check_rc "unknown flag" 2 "$h5pave" info --frobnicate x.h5
check_has "points to the subcommand's help" err.txt "Try 'h5pave info --help'"
for flag in chunks verify json "rounds Ar number" "access Ar accesses" "storage Ar kind" "target Ar bytes" "shape Ar lengths" "profile Ar profile" measure calibrate "output Ar file"; do
    check_has "the manual has --$flag" "$H5PAVE_SOURCE/docs/h5pave.1" "^\.It Fl -$flag\$"
done
if command -v mandoc >/dev/null; then
    check "the manual page has no errors" "$(mandoc -T lint -W warning "$H5PAVE_SOURCE/docs/h5pave.1")" ''
elif command -v man >/dev/null; then
    check "the manual page has no errors" "$(MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z "$H5PAVE_SOURCE/docs/h5pave.1" 2>&1 >/dev/null)" ''
else echo "skipped: neither mandoc nor man to read the manual page"; fi
finish
