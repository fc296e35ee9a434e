mail-leaving-subject = سيُحذف حسابك في { $host }
mail-leaving-title = سيُحذف حسابك
mail-leaving-text = انتهى حسابك في { $host }: تم تسجيل خروج الجميع ولم يعد بإمكان التطبيقات استخدامه. بعد { $days ->
    [zero] { $days } يوم
    [one] يوم واحد
    [two] يومين
    [few] { $days } أيام
    [many] { $days } يومًا
   *[other] { $days } يوم
  } يُمحى كل ما فيه نهائيًا.
mail-leaving-not-you = إذا غيّرت رأيك، أو إذا لم تكن أنت، فاستعِد الحساب خلال { $days ->
    [zero] { $days } يوم
    [one] يوم واحد
    [two] يومين
    [few] { $days } أيام
    [many] { $days } يومًا
   *[other] { $days } يوم
  }.
mail-leaving-button = استعادة الحساب
mail-back-subject = استُعيد حسابك في { $host }
mail-back-title = استُعيد حسابك
mail-back-text = لن يُحذف حسابك في { $host }. سجّل الدخول كما كنت؛ وستطلب التطبيقات موافقتك مجددًا قبل أن تستخدمه.
mail-back-not-you = إذا لم تكن أنت فسجّل الدخول إلى { $host } وعيّن كلمة مرور جديدة.
mail-exported-subject = نُزّلت بياناتك في { $host }
mail-exported-title = نُزّلت بياناتك
mail-exported-text = نُزّلت للتو من حسابك نسخة من كل ما هو محفوظ عنك في { $host }.
mail-exported-not-you = إذا لم تكن أنت فسجّل الدخول إلى { $host } وسجّل الخروج من كل مكان آخر وعيّن كلمة مرور جديدة.
mail-reported-subject = كان شخص آخر مسجّل الدخول إلى حسابك في { $host }
mail-reported-title = أبلغت عن جلسة
mail-reported-text = ذكرت أن جلسة في حسابك في { $host } لم تكن لك. تم إنهاؤها.
mail-reported-now = ربما يعرف ذلك الشخص كلمة مرورك. إذا لم تعيّن واحدة جديدة بعد فافعل ذلك الآن.
mail-reported-button = تعيين كلمة مرور جديدة
