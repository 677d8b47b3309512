global using Breeze.Plugins.Tests.Support;
global using Shouldly;
global using Xunit;
