using Breeze.WebRtc.Tests.Turn;

[assembly: AssemblyFixture(typeof(Coturn))]
