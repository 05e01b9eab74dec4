#!/usr/bin/env bash
# A sweep, whose words are given, as a Slurm job array, by the script that updraft writes; one task is killed
# and queued again.
set -euo pipefail
cd "$UPDRAFT_PLACE"
"$UPDRAFT" "$@" -o joined --shards 4 --emit slurm > submit.sh
read -r _ array _ join < <(bash submit.sh | tee submitted.txt)

state() { scontrol show job "$1" 2>/dev/null | grep -o 'JobState=[A-Z]*' | head -n 1; }
# Once the second task runs and has kept something, it is killed and queued again.
for _ in $(seq 600); do
    if [ "$(state "${array}_2")" = JobState=RUNNING ] && compgen -G "joined-shards/.cache/runs-*" >/dev/null; then
        break
    fi
    sleep 0.1
done
scontrol requeue "${array}_2"
for _ in $(seq 600); do
    case $(state "$join") in
        JobState=COMPLETED) break ;;
        JobState=FAILED | JobState=CANCELLED) cat study-*.log; exit 1 ;;
    esac
    sleep 0.25
done
scontrol show job "${array}_2" | grep -q Restarts=1 || { echo "the task was not run again"; exit 1; }
