#!/bin/bash
# A sweep of {{ runs }} runs in {{ shards }} shards, written by updraft {{ version }}. Submit it with
#     bash THIS-FILE
# which queues a job array and, behind it, the join. A task that was killed or ran out of time may be
# queued again (scontrol requeue JOB_TASK): what it finished is kept.
set -euo pipefail
export UPDRAFT CPUS           # for the tasks, too
: "${UPDRAFT:=updraft}"      # the program, at the same path on all nodes
: "${CPUS:=1}"               # of each task
: "${TIME:=01:00:00}"        # of each task; raise it, or the number of shards, where runs are long

array=$(sbatch --parsable --job-name={{ name }} --array=1-{{ shards }} --requeue \
    --cpus-per-task="$CPUS" --time="$TIME" --signal=B:TERM@60 --output={{ name }}-%a.log \
    --open-mode=append <<'TASK'
#!/bin/bash
exec "$UPDRAFT" {{ sweep }} --shard auto --threads "$CPUS" -o {{ folder }} --no-progress
TASK
)
array=${array%%;*}
join=$(sbatch --parsable --job-name={{ name }}-join --dependency=afterok:"$array" \
    --kill-on-invalid-dep=yes --output={{ name }}-join.log <<'TASK'
#!/bin/bash
exec "$UPDRAFT" {{ merge }}
TASK
)
echo "array $array join ${join%%;*}"
