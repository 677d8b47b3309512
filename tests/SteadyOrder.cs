using System.Security.Cryptography;
using System.Text;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Breeze.Testing.SteadyOrder))]
[assembly: TestClassOrderer(typeof(Breeze.Testing.SteadyOrder))]
[assembly: TestMethodOrderer(typeof(Breeze.Testing.SteadyOrder))]
[assembly: TestCaseOrderer(typeof(Breeze.Testing.SteadyOrder))]

namespace Breeze.Testing;

/// <summary>
/// Mixes the tests by their names: the same order in every folder and on every machine, where xunit's own depends on where the tests were built.
/// Another value of BREEZE_TEST_ORDER gives another order, to find tests that lean on what ran before them.
/// </summary>
sealed class SteadyOrder : ITestCollectionOrderer, ITestClassOrderer, ITestMethodOrderer, ITestCaseOrderer
{
    static readonly string Seed = Environment.GetEnvironmentVariable("BREEZE_TEST_ORDER") ?? "";

    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections)
        where T : ITestCollection => Mix(testCollections, c => c.TestCollectionDisplayName);

    public IReadOnlyCollection<T?> OrderTestClasses<T>(IReadOnlyCollection<T?> testClasses)
        where T : notnull, ITestClass => Mix(testClasses, c => c?.TestClassName);

    public IReadOnlyCollection<T?> OrderTestMethods<T>(IReadOnlyCollection<T?> testMethods)
        where T : notnull, ITestMethod => Mix(testMethods, m => m?.MethodName);

    public IReadOnlyCollection<T> OrderTestCases<T>(IReadOnlyCollection<T> testCases)
        where T : notnull, ITestCase => Mix(testCases, c => c.TestCaseDisplayName);

    static T[] Mix<T>(IReadOnlyCollection<T> all, Func<T, string?> name) =>
        [.. all.OrderBy(one => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Seed + name(one)))), StringComparer.Ordinal)];
}
