# shellcheck shell=bash
# Settings of a site. nightly.sh sources this file, and so do the batch scripts if SRBATCH_ENV is its absolute path (Slurm runs
# copies of batch scripts, which cannot find files beside the original). Copy it, for example to ~/srbatch-env.sh, and edit the copy.
# Variables that the environment already sets are kept. Use absolute paths.

# What jobs and cron need first. Neither reads your ~/.bashrc.
# source /etc/profile.d/modules.sh
# module load hdf5/1.14 cuda/12.8
# export SRBATCH_TORCH=/opt/torch/lib
# PATH=/opt/slurm/bin:$PATH

# New files of a group: members may write them too.
# umask 002

# The command. Default: the srbatch above the folder of the scripts, else the one in PATH.
# SRBATCH=/opt/srbatch/srbatch

# The rest is only for nightly.sh.

# Put before scan, plan, status and report where nothing may compute on the login node, such as: srun --quiet --mem=4G --time=60
: "${SRBATCH_STEP:=}"

# Folders where images arrive, separated by colons; sub-folders are included.
: "${SRBATCH_WATCH:=$HOME/srbatch/incoming}"

# Where each night gets its run folder. Keep it out of the folders above.
: "${SRBATCH_NIGHTS:=$HOME/srbatch/nights}"

# The model, as in srbatch infer --model: a trained run folder, or a model file. A night keeps the model that it began with.
: "${SRBATCH_MODEL:=$HOME/srbatch/model}"

# More options of srbatch scan, separated by spaces. --scale must be the model's.
: "${SRBATCH_SCAN:=--scale 2}"

# Tasks of a night's array; a night with fewer images has one task per image.
: "${SRBATCH_SHARDS:=16}"

# How many of these run at once.
: "${SRBATCH_AT_ONCE:=8}"

# More options of sbatch for the array, separated by spaces, such as: --partition=gpu --account=microscopy --gres=gpu:1 --time=08:00:00
# The script's own are 4 CPUs, 4 GB and 10 minutes (--time-min) to an hour (--time).
: "${SRBATCH_SBATCH:=}"

# The same for the report, which needs one core and no GPU.
: "${SRBATCH_SBATCH_REPORT:=}"

# Folder for the scores of all nights as one table (srbatch report --collect); default: none.
: "${SRBATCH_COLLECT:=}"

# Nights that finished at most so many days ago are checked for outputs that have vanished; 0: none.
: "${SRBATCH_VERIFY_DAYS:=30}"
