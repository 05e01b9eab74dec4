#!/usr/bin/env bash
# Starts a Slurm cluster of two nodes on this machine, runs a command in it, and stops it again.
# Without systemd, munge and accounting; it listens on the loopback interface alone.
# Needs Debian's slurmctld, slurmd and slurm-client, and root.
set -euo pipefail
home=$(mktemp -d)
host=$(hostname -s)
mkdir -p "$home"/{state,spool/n1,spool/n2,run,log}
cat > "$home/slurm.conf" <<CONF
ClusterName=updraft
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16917
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
AuthInfo=cred_expire=5
CredType=cred/none
StateSaveLocation=$home/state
SlurmdSpoolDir=$home/spool/%n
SlurmctldPidFile=$home/run/slurmctld.pid
SlurmdPidFile=$home/run/slurmd-%n.pid
SlurmctldLogFile=$home/log/slurmctld.log
SlurmdLogFile=$home/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
SlurmdParameters=config_overrides
NodeName=n[1-2] NodeHostname=$host NodeAddr=127.0.0.1 Port=[16921-16922] CPUs=1 RealMemory=1000
PartitionName=all Nodes=ALL Default=YES MaxTime=01:00:00 State=UP
CONF
export SLURM_CONF="$home/slurm.conf"
stop() {
    local status=$?
    if [ "$status" != 0 ]; then tail -n 20 "$home"/log/*.log >&2; fi
    for file in "$home"/run/*.pid; do
        if [ -s "$file" ]; then kill "$(cat "$file")" 2>/dev/null || true; fi
    done
    sleep 1
    rm -rf "$home"
}
trap stop EXIT
slurmctld -c
slurmd -N n1
slurmd -N n2
for _ in $(seq 120); do
    if [ "$(sinfo -h -N -t idle -o %N 2>/dev/null | wc -l)" = 2 ]; then break; fi
    sleep 0.25
done
"$@"
