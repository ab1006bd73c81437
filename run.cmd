@echo off
rem Starts the officer console; first installs what is missing. run.cmd [--demo | --setup | arguments]
setlocal
call "%~dp0installer\setup.cmd" requirements.lock || exit /b 1
if "%~1"=="--setup" exit /b 0
if "%~1"=="--demo" goto demo
"%python%" -P -m officer_console %*
exit /b %errorlevel%

:demo
"%python%" -P -m officer_console demo %2 %3 %4 %5 %6 %7 %8 %9
exit /b %errorlevel%
