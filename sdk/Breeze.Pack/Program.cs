using System.CommandLine;
using Breeze.Pack;

var root = new RootCommand("Packs, signs, verifies and inspects Breeze plugin packages.")
{
    KeygenCommand.Create(),
    PackCommand.Create(),
    VerifyCommand.Create(),
    InspectCommand.Create(),
};
return root.Parse(args).Invoke();
