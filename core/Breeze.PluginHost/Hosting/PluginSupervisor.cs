namespace Breeze.PluginHost;

// The IPluginHost. Constructor: PluginSupervisor(PluginHostOptions options).
