# shellcheck shell=bash
# Settings of a site. nightly.sh sources this file, and so do the batch scripts where SRBATCH_ENV is its absolute path (Slurm runs
# copies of batch scripts, which cannot find what lies beside the original). Copy it, say to ~/srbatch-env.sh, and put your values in.
# What the environment already sets is kept. Use absolute paths.

# What jobs and cron need first. Neither has read your ~/.bashrc.
# source /etc/profile.d/modules.sh
# module load hdf5/1.14 cuda/12.8
# export SRBATCH_TORCH=/opt/torch/lib
# PATH=/opt/slurm/bin:$PATH

# The command.
: "${SRBATCH:=srbatch}"

# The rest is for nightly.sh alone.

# Folders in which images arrive, parted by colons; all below them counts.
: "${SRBATCH_WATCH:=$HOME/srbatch/incoming}"

# Where each night gets its run folder. Better not below the above.
: "${SRBATCH_NIGHTS:=$HOME/srbatch/nights}"

# What enhances: as in srbatch infer --model, a run folder that was trained, or a model file. A night keeps that which it began with.
: "${SRBATCH_MODEL:=$HOME/srbatch/model}"

# More options of srbatch scan, parted by blanks. --scale must be the model's.
: "${SRBATCH_SCAN:=--scale 2}"

# Tasks of a night's array; a night of fewer images has one task an image.
: "${SRBATCH_SHARDS:=16}"

# How many of these run at once.
: "${SRBATCH_AT_ONCE:=8}"

# More options of sbatch for the array, parted by blanks, such as: --partition=gpu --account=microscopy --gres=gpu:1 --time=08:00:00
: "${SRBATCH_SBATCH:=}"

# The same for the report, which needs one core and no GPU.
: "${SRBATCH_SBATCH_REPORT:=}"

# Where the scores of all nights come together as one table (srbatch report --collect); default: nowhere.
: "${SRBATCH_COLLECT:=}"
