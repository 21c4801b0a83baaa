namespace SrBatch.ClusterTests.Scripts;

public class BatchScriptTests
{
    private const string Head = "#!/bin/bash\n#SBATCH --open-mode=append\n#SBATCH --requeue\n";
    private const string InTheBackground = "srun srbatch train &\nstep=$!\ntrap 'kill -USR1 \"$step\"' USR1\n"
        + "trap 'kill -TERM \"$step\"' TERM\nwait \"$step\"\ncode=$?\n";
    private const string ToTheScript = "#SBATCH --signal=B:USR1@120\n", ToTheTasks = "#SBATCH --signal=USR1@120\n";

    [Theory]
    [InlineData(Head + ToTheScript + "exec srbatch infer \\\n  --run \"$RUN\"\n")]
    [InlineData(Head + ToTheTasks + "srun srbatch infer\n")]
    [InlineData(Head + ToTheTasks + "srun srbatch infer; rc=$?\n# then\necho done\nexit $rc\n")]
    [InlineData(Head + ToTheScript + InTheBackground + "exit \"$code\"\n")]
    public void Problems_OfAGoodScript_AreNone(string script) => Assert.Empty(BatchScript.Problems(script));

    [Theory]
    [InlineData(Head + ToTheScript + "srbatch infer\n", "the last command is 'srbatch infer'; it must be exec ... or srun ..., or srun's exit code be passed on: srun ...; rc=$?; ...; exit $rc. Slurm signals no child of the script, and requeues by its exit code")]
    [InlineData(Head + ToTheTasks + "srun srbatch infer\necho done\n", "the last command is 'echo done'; it must be exec ... or srun ..., or srun's exit code be passed on: srun ...; rc=$?; ...; exit $rc. Slurm signals no child of the script, and requeues by its exit code")]
    [InlineData(Head + ToTheTasks + "exec srbatch infer\n", "--signal=USR1@120 reaches srun's tasks only; an exec'ed srbatch needs --signal=B:...")]
    [InlineData(Head + ToTheScript + "srun srbatch infer\n", "--signal=B:USR1@120 reaches the script only, not srun's tasks; leave out B:")]
    [InlineData(Head + ToTheTasks + InTheBackground + "exit \"$code\"\n", "--signal=USR1@120 reaches srun's tasks only, but the script passes on what reaches itself; write B:")]
    [InlineData(Head + ToTheScript + InTheBackground + "exit 0\n", "the last command is 'exit 0'; it must be exec ... or srun ..., or srun's exit code be passed on: srun ...; rc=$?; ...; exit $rc. Slurm signals no child of the script, and requeues by its exit code")]
    [InlineData(Head + ToTheScript + "cd /data\n#SBATCH --mem=1G\nexec srbatch infer\n", "line 6: '#SBATCH --mem=1G' comes after the first command (line 5); Slurm ignores it")]
    [InlineData(Head + ToTheScript + "# SBATCH --mem=1G\nexec srbatch infer\n", "line 5: '# SBATCH --mem=1G' is a comment to Slurm; write #SBATCH")]
    [InlineData("#!/bin/bash\n#SBATCH --requeue\n" + ToTheScript + "exec srbatch infer\n", "no #SBATCH --open-mode=append")]
    [InlineData("#!/bin/bash\n#SBATCH --open-mode=append\n" + ToTheScript + "exec srbatch infer\n", "no #SBATCH --requeue")]
    [InlineData(Head + "exec srbatch infer\n", "no #SBATCH --signal")]
    public void Problems_OfABadScript_NameIt(string script, string problem) => Assert.Equal([problem], BatchScript.Problems(script));
}
