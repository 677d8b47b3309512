using Breeze.Browser.Tests;

[assembly: AssemblyFixture(typeof(Site))]

// One browser and one server on a small machine: side by side they would only wait for each other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
