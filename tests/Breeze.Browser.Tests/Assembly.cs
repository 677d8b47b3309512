using Breeze.Browser.Tests;

[assembly: AssemblyFixture(typeof(Site))]

// Classes beside each other: they mostly wait for pages. What one changes for everybody, it changes in a partner or a server of its own.
[assembly: Xunit.v3.Parallelization(MaxThreads = 3)]
